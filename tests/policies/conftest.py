from hypothesis import settings

# A slow machine is no mistake of the calendar: examples are judged by what they give and not by how long they take.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
