"""The rules of lending, pure: no clock, no file, no database, no random number (an import contract holds it)."""
