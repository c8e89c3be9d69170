"""What oslo.messaging makes of a transport_url. It is the only judge: a second parser passes what it refuses."""

import oslo_messaging
from oslo_config import cfg


class UnusableUrl(Exception):
    """`kind` for programs, the text for people; neither has anything of the URL."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


def usable_url(conf, url=None):
    """The parsed URL, of the configuration where none is given. The parser's own exceptions can show the password."""
    try:
        parsed = oslo_messaging.TransportURL.parse(conf, url)
    except cfg.Error:
        raise UnusableUrl('interpolated', 'a $ in it stands for an option that does not exist: write $$') from None
    except Exception as problem:
        raise unparsable(url or conf.transport_url, type(problem).__name__) from None
    if any('/' in (host.password or '') for host in parsed.hosts):
        raise slash_in_password()
    return parsed


def unparsable(url, problem):
    userinfo, at, _ = url.partition('://')[2].partition('?')[0].rpartition('@')
    if at and '/' in userinfo:
        return slash_in_password()
    return UnusableUrl('unparsable', 'oslo.messaging cannot take it apart (%s): in user and password, write # ? , [ ] '
                       'as %%23 %%3F %%2C %%5B %%5D' % problem)


def slash_in_password():
    # kombu decodes the password before it splits the URL, so %2F is no way out (fact 16)
    return UnusableUrl('slashInPassword', 'a / in the password cannot work, not even as %2F')
