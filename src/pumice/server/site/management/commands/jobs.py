"""``pumice manage jobs``."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from pumice.formats.errors import InvalidDocument
from pumice.server.jobs import metadata, validation
from pumice.server.jobs.models import Job
from pumice.server.jobs.secrets import full_definition
from pumice.server.lifecycle import discard
from pumice.server.lifecycle.fail import fail
from pumice.server.logs import seal
from pumice.server.logs.models import JobLog
from pumice.server.site.management import job_arguments as arguments
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find, names_of
from pumice.wire.states import JobHealth, JobState


class Command(LabCommand):
    """``jobs``: what was submitted."""

    help = "Manage jobs"

    def add_arguments(self, parser: CommandParser) -> None:
        """``list``, ``fail``, ``rm``, ``validate``, ``compress``, ``backfill-metadata``."""
        commands = Subcommands(parser)
        listing = commands.add("list", self._list, "List jobs")
        arguments.add_newer(listing)
        listing.add_argument("--state", choices=names_of(JobState))
        arguments.add_submitter(listing)
        listing.add_argument(
            "--no-submitter",
            metavar="USER",
            nargs="?",
            const="",
            help="all but the jobs of this user; without USER: do not print submitters",
        )
        failing = commands.add("fail", self._fail, "End a job whose worker never will")
        failing.add_argument("job", metavar="ID", type=int)
        self._add_removal(commands)
        validate = commands.add("validate", self._validate, "Check the definitions of jobs again")
        arguments.add_newer(validate, "1d")
        arguments.add_submitter(validate)
        validate.add_argument("--strict", action="store_true", help="also name unknown keys")
        validate.add_argument(
            "--mail-admins", action="store_true", help="send what is wrong to the superusers"
        )
        compress = commands.add("compress", self._compress, "Compress the logs of ended jobs now")
        arguments.add_newer(compress)
        arguments.add_older(compress)
        for add in (arguments.add_submitter, arguments.add_dry_run, arguments.add_slow):
            add(compress)
        backfill = commands.add(
            "backfill-metadata", self._backfill, "Give jobs without it the metadata they define"
        )
        backfill.add_argument("--batch-size", type=int, default=1000, metavar="N")
        backfill.add_argument("--start-id", type=int, metavar="ID", help="the first job")
        backfill.add_argument("--end-id", type=int, metavar="ID", help="the last job")
        for add in (arguments.add_dry_run, arguments.add_slow):
            add(backfill)

    def _add_removal(self, commands: Subcommands) -> None:
        remove = commands.add("rm", self._remove, "Delete jobs that have ended")
        arguments.add_older(remove)
        arguments.add_submitter(remove)
        arguments.add_dry_run(remove)
        arguments.add_slow(remove)
        remove.add_argument("--logs-only", action="store_true", help="keep the jobs themselves")
        remove.add_argument(
            "--skip-favorite",
            action=BooleanOptionalAction,
            default=True,
            help="keep the favourites of people; no job is one in this version",
        )

    def _list(self, given: Given) -> None:
        jobs = arguments.chosen(given)
        if given.state is not None:
            jobs = jobs.filter(state=JobState[given.state])
        if given.no_submitter:
            jobs = jobs.exclude(submitter=find(User, given.no_submitter))
        columns = ("pk", "state", "health", "submitter__username", "description")
        for number, state, health, submitter, text in jobs.values_list(*columns).iterator():
            states = f"{JobState(state).label}, {JobHealth(health).label}"
            by = "" if given.no_submitter == "" else f" [{submitter}]"
            self.say(f"* {number} ({states}){by} {text}")

    def _fail(self, given: Given) -> None:
        if fail(None, given.job):
            return
        if Job.objects.filter(pk=given.job).exists():
            raise CommandError(f"the job {given.job} has ended already")
        raise CommandError(f"there is no job {given.job}")

    def _remove(self, given: Given) -> None:
        if given.older_than is None and given.submitter is None:
            raise CommandError("say which jobs: --older-than, --submitter, or both")
        jobs = arguments.chosen(given).filter(state=JobState.FINISHED)
        if given.logs_only:
            jobs = jobs.filter(log__isnull=False)
        act = discard.delete_log if given.logs_only else discard.delete_job
        count = 0
        for number in arguments.paced(_ids(jobs), given):
            if given.dry_run or act(None, number):
                self.say(f"* {number}")
                count += 1
        self.say(f"{'Logs' if given.logs_only else 'Jobs'}: {count}")

    def _validate(self, given: Given) -> None:
        wrong: list[str] = []
        for job in arguments.chosen(given).iterator():
            problems = _problems(full_definition(job), strict=given.strict)
            line = f"* {job.pk}: {'; '.join(problems) or 'valid'}"
            self.say(line)
            if problems:
                wrong.append(line)
        if not wrong:
            return
        if given.mail_admins:
            _mail(wrong)
        raise CommandError(f"jobs with problems: {len(wrong)}")

    def _compress(self, given: Given) -> None:
        waiting = JobLog.objects.filter(
            sealed="", job__in=arguments.chosen(given).filter(state=JobState.FINISHED)
        )
        numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
        for number in arguments.paced(numbers, given):
            log = waiting.filter(pk=number).first()
            if log is not None and not given.dry_run:
                seal.seal(log)
            self.say(f"* {number}")
        self.say(f"Logs: {len(numbers)}")

    def _backfill(self, given: Given) -> None:
        if given.batch_size < 1:
            raise CommandError("--batch-size is at least 1")
        jobs = Job.objects.filter(metadata={}).order_by("pk")
        if given.start_id is not None:
            jobs = jobs.filter(pk__gte=given.start_id)
        if given.end_id is not None:
            jobs = jobs.filter(pk__lte=given.end_id)
        count = 0
        for number in arguments.paced(_ids(jobs, given.batch_size), given):
            if metadata.backfill(number, write=not given.dry_run):
                self.say(f"* {number}")
                count += 1
        self.say(f"Jobs: {count}")


def _ids(jobs: QuerySet[Job], size: int = 1000) -> Iterator[int]:
    """The ids of the jobs, read in batches: they may be deleted meanwhile."""
    last = 0
    while batch := list(jobs.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        yield from batch
        last = batch[-1]


def _problems(text: str, *, strict: bool) -> list[str]:
    try:
        found = validation.check(text, strict=strict)
        if not found:
            validation.parse(text)
    except InvalidDocument as error:
        return [str(error)]
    return [str(problem) for problem in found]


def _mail(lines: list[str]) -> None:
    admins = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    addresses = list(admins.order_by("pk").values_list("email", flat=True))
    if not addresses:
        raise CommandError("no superuser has an e-mail address")
    subject = f"{settings.INSTANCE_NAME}: jobs with problems"
    try:
        send_mail(subject, "\n".join(lines), None, addresses)
    except OSError as error:
        raise CommandError(f"the mail cannot be sent: {error}") from error
