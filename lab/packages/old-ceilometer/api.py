#!/usr/bin/python3
"""Stand-in for ceilometer-api of Ocata and Pike, which answered 401 at every path to who has no token.

So does this. A header says of which release it is, so that a test sees which one answers. It reads nothing and has no
code of the API.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE = '@RELEASE@'


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'Authentication required'
        self.send_response(401)
        self.send_header('X-Stand-In-Release', RELEASE)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(('', 8777), Refusing).serve_forever()
