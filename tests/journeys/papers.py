"""Stories told over HTTP in which papers are drafted, signed, issued, served, printed and verified."""

from datetime import datetime
from typing import Any

from backend.kernel import ids, jobs
from inspections.policy.documents import DocumentKind
from tests.cast import HOUR
from tests.inspections import hands
from tests.inspections.test_dossier import body_of
from tests.story import Story, text


class Papers(Story):
    """A story with documents."""

    def drafted(self, who: str, kind: DocumentKind, at: datetime, *, fields: Any = None, **about: Any) -> Any:
        return self.say(who, "POST", "/documents", {"kind": kind.value, "fields": fields or {}, **about}, at=at)

    def signed(self, visit: Any, document: Any, at: datetime, *, by: str = "inspector", **how: Any) -> None:
        said = {"id": str(ids.new()), "document_id": document["id"], **how}
        self.say(by, "POST", f"/inspections/{visit['id']}/signatures", said, at=at)

    def hand(self, who: str, at: datetime) -> str:
        """Send a drawn signature and let the decoder look at it; return the photo's id."""
        with self.frozen(at):
            return hands.drawn(self.api.as_(getattr(self.cast, who)))

    def issued(self, who: str, document: Any, at: datetime) -> Any:
        """Let all who still must sign do so on the phone of `who`, and issue the document."""
        for one in self.say(who, "GET", f"/documents/{document['id']}", at=at)["missing_signatures"]:
            said = hands.body(one, image=self.hand(who, at))
            self.say(who, "POST", f"/documents/{document['id']}/signatures", said, at=at)
        return self.say(who, "POST", f"/documents/{document['id']}/issues", {}, at=at)["document"]

    def served(self, who: str, document: Any, at: datetime, **how: Any) -> Any:
        said = {"how": "direct", "at": text(at), "receiver": "张三", "outcome": "signed", **how}
        return self.say(who, "POST", f"/documents/{document['id']}/services", said, at=at)["document"]

    def delivered(self, who: str, kind: DocumentKind, at: datetime, *, fields: Any = None, **about: Any) -> Any:
        """Draft, issue and, an hour later, serve a document by the grid worker; return it as it then is."""
        made = self.issued(who, self.drafted(who, kind, at, fields=fields, **about), at)
        return self.served("grid_worker", made, at + HOUR)

    def settled(self, at: datetime) -> None:
        """Let all background work run at an instant, that of photos and prints, too."""
        with self.frozen(at):
            jobs.drain(now=lambda: at)

    def file(self, who: str, path: str, at: datetime) -> bytes:
        """Return a file as somebody of the cast downloads it."""
        with self.frozen(at):
            return body_of(self.api.as_(getattr(self.cast, who)).get(path))

    def verified(self, document: Any) -> Any:
        """Return what anybody who scans a document's QR is told, without login."""
        reply = self.api.get(f"/public/documents/{document['verify_url'].rpartition('/')[2]}")
        assert reply.status_code == 200, reply.content
        return reply.json()
