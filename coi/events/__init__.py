"""Event data beside the report: read in bounded memory, stored as sums, compared with what the report prints.

    layouts.py         the columns of each file format, and what is read from them
    geography.py       the regions that a file names, as the regions of the library
    problems.py        what is wrong with a file
    file_checks.py     checks before parsing: format, encoding, header, last row
    cell_values.py     days, numbers, ids and interactions in single cells
    packed_numbers.py  what each row is about, as one number
    sums.py            the totals that are stored
    reading.py         a file to sums, or to a list of what is wrong with it; alone imports pandas
    storing.py         sums into the database, all or nothing
    jobs.py            uploaded files, read one after another in a separate process: work.py
    comparing.py       the report's figures beside the recomputed ones

ACLED's terms forbid passing its rows on: no row of an event file is ever stored, only sums.
"""
