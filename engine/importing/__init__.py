"""Getting users' data in: tables and maps are read, looked through row by row, written clean."""
