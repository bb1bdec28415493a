"""The rows of the table of actions for the pattern at hand in the sketchbook."""

from livemusic.engine import messages as say
from livemusic.engine.action import Action, Numbered, Press, Special, Trigger
from livemusic.engine.messages import AnyRequest
from livemusic.engine.pattern_edits import UndoDraft
from livemusic.network.address import Number
from livemusic.session.preset import CORNERS


def _listen(on: int) -> AnyRequest:
    return say.Audition(bool(on))


DRAFT_ACTIONS: tuple[Action, ...] = (
    Action("listen to draft", "Sketchbook", "Hear the pattern at hand in place of the pad, or stop that",
           Special(_listen, (Number("on", 0, 1, whole=True),),
                   {"listen to draft": Trigger(lambda now: say.Audition())}),
           osc="draft/listen"),
    Action("use draft", "Sketchbook", "Put the pattern at hand in a corner", Numbered("corner", 4, say.UseDraft),
           osc="draft/use", titles=tuple(f"Use the pattern at hand in the {corner} corner" for corner in CORNERS)),
    Action("undo draft", "Sketchbook", "Undo an edit of the pattern at hand", Press(UndoDraft), osc="draft/undo"),
    Action("redo draft", "Sketchbook", "Redo an edit of the pattern at hand", Press(lambda: UndoDraft(again=True)),
           osc="draft/redo"),
)  # fmt: skip
