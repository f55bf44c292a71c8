"""Work done outside the requests: jobs as rows of the database, and the processes that take them.

models.py  the fields of every kind of job, and the living workers
queue.py   taking a job and ending it
kinds.py   the kinds of job: how each is done, and how long each has waited
worker.py  the worker process
"""
