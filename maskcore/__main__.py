"""`python -m maskcore PICTURE…`."""

import sys

try:
    from maskcore.cli import main
except KeyboardInterrupt:
    sys.exit(130)  # Ctrl-C while the libraries load

main()
