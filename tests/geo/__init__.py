"""Tests of geo: places, shapes, classes, colours, succession and the check of an own boundary file."""
