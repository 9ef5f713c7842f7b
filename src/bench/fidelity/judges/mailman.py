# Mailman's bounce detector's opinion of each file named: one JSON array, one object a file.
import email
import json
import sys

from flufl.bounce import scan_message

opinions = []
for name in sys.argv[1:]:
    with open(name, "rb") as message:
        failed = scan_message(email.message_from_binary_file(message))
    opinions.append({"recognised": bool(failed), "failed": sorted(address.decode() for address in failed)})
print(json.dumps(opinions))
