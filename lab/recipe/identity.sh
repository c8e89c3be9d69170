# Projects, users, roles and endpoints that Heat needs, through the load balancer. One process: the `openstack` command
# costs seconds of CPU each time.
wait_for 60 curl -sf "$LAB_IDENTITY/v3"
python3 - <<'PYTHON'
import os
from keystoneauth1 import session
from keystoneauth1.identity import v3
from keystoneclient.v3 import client

lb = os.environ['LAB_LB1_AT']
login = v3.Password(auth_url=os.environ['LAB_IDENTITY'] + '/v3', username='admin', password=os.environ['LAB_ADMIN'],
                    project_name='admin', user_domain_name='Default', project_domain_name='Default')
keystone = client.Client(session=session.Session(auth=login), region_name='RegionOne')
roles = {role.name: role for role in keystone.roles.list()}
for name in ('service', 'heat_stack_owner', 'heat_stack_user'):
    roles[name] = roles.get(name) or keystone.roles.create(name)

service = keystone.projects.create('service', domain='default')
heat = keystone.users.create('heat', domain='default', password=os.environ['LAB_HEAT'])
for name in ('admin', 'service'):
    keystone.roles.grant(roles[name], user=heat, project=service)

stacks = keystone.domains.create('heat', description='Owns projects and users created by heat')
domain_admin = keystone.users.create('heat_domain_admin', domain=stacks, password=os.environ['LAB_HEAT_DOMAIN_ADMIN'])
keystone.roles.grant(roles['admin'], user=domain_admin, domain=stacks)

admin = keystone.users.list(name='admin')[0]
project = keystone.projects.list(name='admin')[0]
keystone.roles.grant(roles['heat_stack_owner'], user=admin, project=project)

for name, kind, url in (('heat', 'orchestration', f'http://{lb}:8004/v1/%(tenant_id)s'),
                        ('heat-cfn', 'cloudformation', f'http://{lb}:8000/v1')):
    entry = keystone.services.create(name, type=kind)
    for interface in ('public', 'internal', 'admin'):
        keystone.endpoints.create(entry, url, interface=interface, region='RegionOne')
PYTHON
