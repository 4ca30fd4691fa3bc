"""Pictures made safe and small: what a file may cost, its pixels in sRGB, and the forms in which it is kept."""
