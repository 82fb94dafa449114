"""The office: where files and printers meet the library. Its work is done by the desk's worker, one transaction each."""
