"""What can be plugged in is looked for beside the window."""

from livemusic.errors import DeviceError
from livemusic.ui.choices import ChoiceFinder, Choices


def test_devices_that_cannot_be_listed_leave_the_old_lists() -> None:
    def broken() -> Choices:
        raise DeviceError("The sound system does not answer.")

    finder = ChoiceFinder(broken)
    finder.look()
    finder.close()
    assert finder.take() is None


def test_what_was_found_is_given_once() -> None:
    finder = ChoiceFinder(lambda: Choices(inputs=("USB mic",)))
    assert finder.take() is None
    finder.look()
    finder.close()
    assert finder.take() == Choices(inputs=("USB mic",))
    assert finder.take() is None
