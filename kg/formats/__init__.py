"""Annotation formats: one file a format, reader and writer together. Offsets become code points here and only here."""
