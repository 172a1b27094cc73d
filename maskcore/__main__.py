"""`python -m maskcore PICTURE…`."""

import signal
import sys

heard = signal.getsignal(signal.SIGINT)
try:
    if heard is signal.default_int_handler:  # not in a shell's background, where Ctrl-C is not for this process
        # While libraries load it ends the process at once: some tell an exception in their midst as a fault of theirs.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from maskcore.cli import main
finally:
    signal.signal(signal.SIGINT, heard)

try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
