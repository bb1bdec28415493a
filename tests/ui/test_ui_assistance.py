"""Help in the window: a tour of five steps that can be skipped, the manual, What's this, and diagnostics to copy."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWhatsThis

from livemusic.ui.about import diagnostics
from livemusic.ui.manual import Manual, manual_folder


def test_the_tour_has_five_steps_beside_their_controls_and_is_shown_once(window) -> None:
    tour = window.assistance.tour
    assert not tour.seen
    window.assistance.greet()
    titles = []
    while tour.isVisible():
        titles.append(tour.title.text())
        assert window.centralWidget().rect().contains(tour.geometry())
        tour.next.click()
    assert len(titles) == len(set(titles)) == 5
    assert tour.seen
    window.assistance.greet()
    assert not tour.isVisible()


def test_the_tour_is_skipped_with_one_click_and_comes_back_from_the_menu(window) -> None:
    window.assistance.greet()
    window.assistance.tour.skip.click()
    assert window.assistance.tour.seen
    window.menus.entries["tour"].trigger()
    assert window.assistance.tour.isVisible()


def test_the_tour_stays_in_a_small_window(window) -> None:
    window.resize(900, 480)
    window.assistance.greet()
    tour = window.assistance.tour
    while tour.isVisible():
        assert window.centralWidget().rect().contains(tour.geometry())
        tour.next.click()


def test_diagnostics_say_what_runs_and_are_copied(window) -> None:
    window.menus.entries["about"].trigger()
    about = window.assistance.about
    about.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text == about.details.toPlainText()
    for word in ("livemusic ", "Python ", "onnxruntime ", "lateness: ", "MIDI out: on"):
        assert word in text
    assert "engine: not connected" in diagnostics(None)
    about.close()


def test_every_page_the_guide_links_to_opens_in_the_manual(app) -> None:
    manual = Manual()
    assert "Guide" in manual.page.toPlainText()
    links = {part.split(")")[0] for part in (manual_folder() / "guide.md").read_text(encoding="utf-8").split("](")[1:]}
    pages = sorted(link for link in links if link.endswith(".md") and "/" not in link)
    assert len(pages) > 5
    for page in pages:
        manual.begin()
        manual.follow(QUrl(page))
        assert Path(manual.page.source().toLocalFile()).name == page
        assert manual.page.toPlainText().strip()
    manual.page.backward()
    assert manual.page.source().fileName() == "guide.md"
    manual.deleteLater()


def test_whats_this_has_something_to_say_of_every_control_with_a_tip(window) -> None:
    window.menus.entries["what is this"].trigger()
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()
    assert window.pad.whatsThis() == window.pad.toolTip() != ""
    assert window.transport.play.whatsThis()
