"""Why a picture cannot be used: one Russian sentence, fit for a card."""


class PictureError(Exception):
    """The bytes are no picture that can be used; trying again cannot help."""


class PictureBusy(PictureError):
    """The process decodes too much at this moment; another try later may work."""
