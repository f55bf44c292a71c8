"""Jobs are taken once, in order, up to the limit, and again after the process that held them died."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.apps import apps
from django.utils import timezone

from assessments.models import Rendering
from jobs import kinds, queue
from jobs.models import Job, Worker
from jobs.worker import Runner
from tests.factories import make_case

pytestmark = pytest.mark.django_db
State = Rendering.State
LEASE = timedelta(seconds=30)


@pytest.fixture
def ask(library, caseworker):
    """Return ask("1"), which adds a waiting job, later than those before."""
    case = make_case(caseworker)
    start = timezone.now() - timedelta(minutes=5)

    def make(target: str) -> Rendering:
        at = start + timedelta(seconds=Rendering.objects.count())
        return Rendering.objects.create(
            case=case, what="version", target=target, on=date(2026, 11, 23), digest=target, asked_at=at
        )

    return make


def take(by: str, most: int = 2, pk: int | None = None) -> Rendering | None:
    return queue.take(Rendering, by=by, most=most, lease=LEASE, pk=pk)


def killed(job: Rendering) -> None:
    """Simulate a killed process whose lease has run out."""
    Rendering.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_the_oldest_is_taken_first_and_each_once(ask):
    for target in "123":
        ask(target)
    assert [take("a").target, take("b").target] == ["1", "2"]
    assert take("c", most=2) is None  # no more at once than that
    assert take("c", most=3).target == "3"
    assert take("c", most=9) is None
    assert not queue.is_waiting(Rendering)


def test_one_that_is_named_is_taken_out_of_turn_and_not_twice(ask):
    ask("1")
    second = ask("2")
    assert take("request", pk=second.pk) == second
    assert take("request", pk=second.pk) is None
    assert take("worker").target == "1"


def test_what_a_killed_process_had_is_taken_again_and_what_it_says_later_is_not_stored(ask):
    ask("1")
    dead = take("a")
    assert take("b") is None
    killed(dead)
    assert queue.is_waiting(Rendering)
    again = take("b")
    assert (again.pk, again.attempts) == (dead.pk, 2)
    for late in (partial(queue.end, dead, State.DONE, pdf=b"of the dead"), partial(queue.put_back, dead)):
        with pytest.raises(queue.Interrupted):
            late()
    queue.drop(dead)
    queue.end(again, State.DONE, pdf=b"of the living")
    row = Rendering.objects.get()
    assert (row.state, bytes(row.pdf), row.lease_until) == ("done", b"of the living", None)


def test_a_job_that_ends_every_process_is_given_up(ask):
    ask("1")
    for n in range(queue.MOST_ATTEMPTS):
        killed(take(f"worker {n}"))
    assert take("the next") is None
    row = Rendering.objects.get()
    assert (row.state, row.problem) == ("failed", queue.LOST)


def test_how_many_are_done_before_one(ask):
    jobs = [ask(target) for target in "123"]
    assert [queue.ahead_of(job) for job in jobs] == [0, 1, 2]
    first = take("a")
    assert queue.ahead_of(jobs[2]) == 2
    queue.end(first, State.DONE)
    assert queue.ahead_of(jobs[2]) == 1


# --- workers --------------------------------------------------------------------------------------


def test_a_worker_lives_while_it_signs_and_not_after_it_stopped_or_was_killed():
    longest = timedelta(seconds=10)
    assert not queue.a_worker_lives(longest)
    queue.sign("a")
    queue.sign("a")
    queue.sign("b")
    assert queue.a_worker_lives(longest)
    queue.sign_off("a")
    assert [worker.name for worker in Worker.objects.all()] == ["b"]
    Worker.objects.update(seen_at=timezone.now() - queue.ALIVE_FOR - longest)
    assert not queue.a_worker_lives(longest)


def test_a_worker_does_the_jobs_of_every_kind_and_stops_when_told(monkeypatch):
    runner = Runner(look=0)
    left = {"first": 3, "second": 1}
    seen = []

    def kind(name):
        class Invented:
            def work(self, by):
                seen.append((name, Worker.objects.get().name == by))
                left[name] -= 1
                if left == {"first": 0, "second": -2}:
                    runner.stop()
                return left[name] >= 0

        return Invented()

    monkeypatch.setattr(kinds, "KINDS", [kind("first"), kind("second")])
    assert runner.run() == 3
    assert seen == [("first", True), ("second", True)] * 3
    assert not Worker.objects.exists()


def test_every_model_of_jobs_is_a_kind():
    models = {model for model in apps.get_models() if issubclass(model, Job)}
    assert sorted(kind.model.__name__ for kind in kinds.KINDS) == sorted(model.__name__ for model in models)
