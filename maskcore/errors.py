"""The errors of the core.

MaskcoreError
├── InputError                 what was given cannot be used
│   ├── ImageDecodeError       damaged, cut short or not a picture
│   ├── ImageFormatError       a picture of a kind that is not accepted
│   ├── ImageTooLargeError     more bytes or pixels than allowed
│   ├── OptionError            an option that is unknown or outside its range
│   └── VideoDecodeError       damaged or not a video
├── ModelError                 the model cannot be used
│   ├── ModelMissingError      no model folder, or a file of it is missing
│   └── ModelMismatchError     files that do not belong together
├── SettingsError              a MASKCORE_… variable cannot be used
└── StoreError                 the database of events cannot be used

A message says what was expected, what came and what to do. The core knows no HTTP status and no exit code: each
door (api/problems.py, pages/ui/trouble.py, maskcore/terminal.py) holds one table of its own.
"""


class MaskcoreError(Exception):
    """Something went wrong that a person can mend.

    Attributes:
        slug: Short stable name for programs.
        title: The kind of trouble in a few words, the same for every instance.
    """

    slug = "error"
    title = "Something went wrong"


class InputError(MaskcoreError):
    """What was given cannot be used."""

    slug = "input"
    title = "The input cannot be used"


class ImageDecodeError(InputError):
    """The bytes are damaged, cut short or not a picture."""

    slug = "image-decode"
    title = "The picture cannot be read"


class ImageFormatError(InputError):
    """A picture, but of a kind that is not accepted."""

    slug = "image-format"
    title = "This kind of picture is not accepted"


class ImageTooLargeError(InputError):
    """More bytes or pixels than the settings allow."""

    slug = "image-too-large"
    title = "The picture is too large"


class OptionError(InputError):
    """An option is unknown, or has a value that it cannot have."""

    slug = "option"
    title = "An option cannot be used"


class VideoDecodeError(InputError):
    """The file is damaged or not a video."""

    slug = "video-decode"
    title = "The video cannot be read"


class ModelError(MaskcoreError):
    """The model cannot be used."""

    slug = "model"
    title = "The model cannot be used"


class ModelMissingError(ModelError):
    """There is no model folder, or a file of it is missing."""

    slug = "model-missing"
    title = "The model is missing"


class ModelMismatchError(ModelError):
    """The files of a model folder do not belong together."""

    slug = "model-mismatch"
    title = "The model's files do not belong together"


class SettingsError(MaskcoreError):
    """A MASKCORE_… environment variable has a value that cannot be used."""

    slug = "settings"
    title = "A setting cannot be used"


class StoreError(MaskcoreError):
    """The database of events cannot be reached, read or written."""

    slug = "store"
    title = "The database of events cannot be used"
