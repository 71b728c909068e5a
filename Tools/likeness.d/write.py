"""Puts the lines of TABLE into the page PAGE, between its two marks.

Usage: write.py TABLE PAGE
"""

import sys
from pathlib import Path

BEGIN, END = "<!-- Tools/likeness --write begins -->\n", "<!-- and ends -->\n"
table, page = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
before, rest = page.read_text().split(BEGIN)
_, after = rest.split(END)
page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")
