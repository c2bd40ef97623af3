"""What every workbook that we write has in common."""

from __future__ import annotations

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {
    "constant_memory": True,
    # Text is text: « =1+1 » and « http://… » are what somebody typed.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
