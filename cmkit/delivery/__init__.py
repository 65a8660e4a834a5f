"""Documents on their way out: mail and the robots of 企业微信, 钉钉 and 飞书, a module a channel.

What is to be sent is committed to a book first, then sent, then its outcome is committed. A message that certainly was
not taken is sent again by the next run; one of which nobody knows is sent again only when somebody says so.
"""
