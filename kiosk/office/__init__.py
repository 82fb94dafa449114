"""The office: where files and printers meet the library. The desk's worker does its work, one transaction each."""
