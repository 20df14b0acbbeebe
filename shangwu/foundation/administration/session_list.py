"""The list of one's own sign-ins: which one this is, and any other ended by itself (ASVS 7.4)."""

from typing import Any

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _


class SessionList(ListUserSessionsView):  # type: ignore[misc]  # the library says no types
    """allauth's page ends all sessions but this one; with `session`, ours ends that one alone."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End one session of the reader's own, or all others. One that is over already is no mistake."""
        key = request.POST.get("session", "")
        if not key:
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        found = UserSession.objects.filter(user=request.user, pk=key) if key.isascii() and key.isdigit() else ()
        end_sessions(request, list(found))
        messages.info(request, _("That session is signed out."))
        return HttpResponseRedirect(str(self.success_url))


show = SessionList.as_view()
