# One service's user and, where it has an API, its entry in the catalogue and endpoints, through the load balancer. One
# process: the `openstack` command costs seconds of CPU each time.
python3 - <<'PYTHON'
import os
from keystoneauth1 import session
from keystoneauth1.identity import v3
from keystoneclient.v3 import client

lb, name = os.environ['LAB_LB1_AT'], os.environ['LAB_SERVICE']
login = v3.Password(auth_url=os.environ['LAB_IDENTITY'] + '/v3', username='admin', password=os.environ['LAB_ADMIN'],
                    project_name='admin', user_domain_name='Default', project_domain_name='Default')
keystone = client.Client(session=session.Session(auth=login), region_name='RegionOne')
roles = {role.name: role for role in keystone.roles.list()}
project = keystone.projects.list(name='service')[0]
user = keystone.users.create(name, domain='default', password=os.environ['LAB_EXTRA_SERVICES'])
for role in ('admin', 'service'):
    keystone.roles.grant(roles[role], user=user, project=project)
if os.environ['LAB_SERVICE_TYPE']:
    entry = keystone.services.create(name, type=os.environ['LAB_SERVICE_TYPE'])
    for interface in ('public', 'internal', 'admin'):
        keystone.endpoints.create(entry, f'http://{lb}:{os.environ["LAB_SERVICE_PORT"]}', interface=interface,
                                  region='RegionOne')
PYTHON
