"""Event data, shown beside a report: read in bounded memory, stored as totals, compared with the report's figures.

    layouts.py         the columns of each file format
    geography.py       the library's regions by the names in a file
    problems.py        problems of a file
    file_checks.py     checks before parsing: format, encoding, header, last row
    cell_values.py     days, numbers, ids and interactions in single cells
    packed_numbers.py  the content of each row as one number
    sums.py            the totals that are stored
    reading.py         reads a file into totals or a list of problems; the only importer of pandas
    storing.py         stores the totals, all or nothing
    jobs.py            uploaded files, read one at a time by a worker or a process of its own (work.py)
    comparing.py       compares the report's figures with recomputed ones

ACLED's terms forbid passing its rows on, so no row of an event file is kept, only totals.
"""
