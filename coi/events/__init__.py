"""Event data beside the report: read in bounded memory, kept as sums, compared with what the report prints.

    layouts.py    the columns of each file format, and what is read out of them
    geography.py  the regions that a file names, as the regions of the library
    reading.py    the only pandas: a file to sums, or to a list of what is wrong with it
    storing.py    sums into the database, all or nothing
    jobs.py       uploaded files, read one after another in a process of its own: work.py
    comparing.py  the report's figures beside the recomputed ones

ACLED's terms forbid passing its rows on: no row of an event file is ever kept, only sums.
"""
