"""Draw the pictures of the comparison that the documents show: `python tests/pictures.py`.

LibreOffice makes a PDF of each sheet, as it would be printed, and its first page becomes a picture.
The workbook is in Calibri; Carlito has the same widths (Debian: fonts-crosextra-carlito).
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from office import Office
from PIL import Image, ImageChops, ImageOps

from bbxl.hosts.libreoffice import program

ROOT = Path(__file__).parent.parent
WORKBOOK = ROOT / "templates" / "build-vs-buy.xlsx"
PICTURES = ROOT / ".pictures"
SHEETS = ["Summary", "Inputs", "Breakeven", "Sensitivity"]
PRINTED = "Summary"  # which is also drawn as a whole page
WIDTH = 1000  # pixels
MARGIN = 6  # of white
TALLEST = 850  # the rest of a page is left out
COLOURS = 256
SCALE = 4  # pixels of a point, before a picture is made smaller


def page(office: Office, sheet: str, plain: bool) -> Image.Image:
    """The first page of a sheet, as LibreOffice prints it; a plain one without its footer."""
    with tempfile.TemporaryDirectory() as folder, office.open(WORKBOOK) as document:
        document.show_only(sheet, plain)
        document.save(file := Path(folder) / "page.pdf")
        with pypdfium2.PdfDocument(file) as pdf:
            return pdf[0].render(scale=SCALE).to_pil().convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    """What stands on a page, without the white around it."""
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    if box is None:
        raise SystemExit("a page is empty")
    return image.crop(box)


def save(image: Image.Image, name: str) -> None:
    """Save a picture in the width that the documents show, with a little white around it."""
    height = round(image.height * WIDTH / image.width)
    small = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    small = small.crop((0, 0, WIDTH, min(height, TALLEST)))
    framed = ImageOps.expand(small, MARGIN, "white")
    path = PICTURES / f"{name}.png"
    framed.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"wrote {path.relative_to(ROOT)}, {framed.width} x {framed.height}")


def check_font() -> None:
    """End where Calibri would be drawn in another font, whose letters are wider."""
    found = shutil.which("fc-match")
    if not found:
        raise SystemExit("fc-match is missing (Debian: fontconfig)")
    font = subprocess.run([found, "Calibri"], capture_output=True, text=True, check=True).stdout
    if "Carlito" not in font and "Calibri" not in font:
        raise SystemExit("the font Carlito is missing (Debian: fonts-crosextra-carlito)")


def main() -> None:
    check_font()
    with Office(program.find()) as office:
        for sheet in SHEETS:
            save(cropped(page(office, sheet, plain=True)), sheet.lower())
        save(page(office, PRINTED, plain=False), f"{PRINTED.lower()}-printed")


if __name__ == "__main__":
    main()
