"""Files in and out: rosters and catalogues people bring, and the exports they take away. No database here."""
