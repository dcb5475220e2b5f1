# SPDX-License-Identifier: Apache-2.0
"""A real httpd with the module in it, and a learner's side to talk to it."""
