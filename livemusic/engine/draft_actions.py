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
    Action("listen to draft", "Sketchbook", "Listen to the sketchbook pattern",
           Special(_listen, (Number("on", 0, 1, whole=True),),
                   {"listen to draft": Trigger(lambda now: say.Audition())}),
           osc="draft/listen"),
    Action("use draft", "Sketchbook", "Use the sketchbook pattern in a corner", Numbered("corner", 4, say.UseDraft),
           osc="draft/use", titles=tuple(f"Use the sketchbook pattern in the {corner} corner" for corner in CORNERS)),
    Action("undo draft", "Sketchbook", "Undo in the sketchbook", Press(UndoDraft), osc="draft/undo"),
    Action("redo draft", "Sketchbook", "Redo in the sketchbook", Press(lambda: UndoDraft(again=True)),
           osc="draft/redo"),
)  # fmt: skip
