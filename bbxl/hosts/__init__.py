"""Where the worksheet functions answer: a folder for each spreadsheet program."""
