"""Work that is done beside the requests: jobs as rows of the database, and the processes that take them.

models.py  what every kind of job has; the workers that live
queue.py   take a job, end it
worker.py  what a worker process does
"""
