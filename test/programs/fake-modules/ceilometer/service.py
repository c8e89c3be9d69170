def prepare_service(argv):
    return None
