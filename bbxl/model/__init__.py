"""The cost model: what approaches cost, where one overtakes another, what they must do."""
