#!/usr/bin/env python
"""Command-line entry point of Zhitu."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A missing or wrong variable is the reader's to mend; a traceback would only hide which one.
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
