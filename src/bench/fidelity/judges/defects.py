# What Python's strict MIME parser finds wrong with each file named: one JSON array, one object a file.
import email
import email.policy
import json
import sys

opinions = []
for name in sys.argv[1:]:
    with open(name, "rb") as message:
        parsed = email.message_from_binary_file(message, policy=email.policy.default)
    defects = []
    for part in parsed.walk():
        defects += part.defects
        for value in part.values():
            defects += value.defects
    opinions.append({"recognised": False, "failed": [], "defects": [str(defect) or type(defect).__name__ for defect in defects]})
print(json.dumps(opinions))
