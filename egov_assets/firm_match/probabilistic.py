"""stub"""


def probable_pairs(a, b, c):
    raise NotImplementedError
