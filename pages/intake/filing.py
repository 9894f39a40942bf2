"""A file that is being written, beyond the run that began it: a click on 取消 begins the next run before that has ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from data_sources.intake.acceptance import Accepted
from data_sources.submissions import RefusedSubmission


@dataclass
class Filing:
    """What has become of it; told by the run that writes, in memory, since a run that is to end can no longer reach its session."""

    done: Accepted | None = None
    refused: str = ""
    cancelled: bool = False
    ended: Event = field(default_factory=Event)

    def write(self, accept: Callable[[], Accepted]) -> None:
        """Write, and keep how it ended; raises what `accept` raises, but for a refusal."""
        try:
            self.done = accept()
        except RefusedSubmission as why:
            self.refused = str(why)
        except BaseException as error:
            self.cancelled = not isinstance(error, Exception)  # Streamlit ends a run by what is no Exception
            raise
        finally:
            self.ended.set()
