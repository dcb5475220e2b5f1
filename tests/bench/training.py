# SPDX-License-Identifier: Apache-2.0
"""The training that the benchmarks' learners work through: four modules of five questions, and an assessment."""

NAME = "way"
MODULES, QUESTIONS, ASSESSED = 4, 5, 4

PARAGRAPH = (
    "Look before you lift. Ask for help when it is heavy, keep your back straight, and put it down where nobody will fall"
    " over it. What is hot, sharp or wet is carried with gloves. "
) * 4


def write(folder):
    """Makes the training below `folder`, where trainings lie."""
    place = folder / NAME
    place.mkdir()
    (place / "course.xml").write_text(_course(), encoding="utf-8")


def questions(module):
    return [f"q{QUESTIONS * (module - 1) + number}" for number in range(1, QUESTIONS + 1)]


def answers():
    """Script of those who do nothing but answer: the questions in turn, every third answer wrong."""
    everything = [question for module in range(1, MODULES + 1) for question in questions(module)]
    return [_answer(question, "1" if number % 3 == 0 else "2") for number, question in enumerate(everything)]


def visit():
    """Script of a learner who goes through the whole training."""
    script = []
    for module in range(1, MODULES + 1):
        script.append(f'"type":"view","module":"m{module}"')
        for number, question in enumerate(questions(module)):
            if number % 3 == 0:
                script.append(_answer(question, "1"))
            script.append(_answer(question, "2"))
        script.append(f'"type":"read","module":"m{module}"')
    return script


def _answer(question, option):
    return f'"type":"answer","activity":"{question}","response":["{option}"]'


def _course():
    modules = "".join(_module(number) for number in range(1, MODULES + 1))
    assessed = "".join(_choice(f"a{number}") for number in range(1, ASSESSED + 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<course xmlns="urn:scormconnect:course:1" id="{NAME}" xml:lang="en">\n'
        "  <title>The way</title>\n"
        f'  <chapter id="c1">\n    <title>All of it</title>\n{modules}  </chapter>\n'
        f'  <assessment id="final" pass="50">\n    <title>Assessment</title>\n{assessed}  </assessment>\n'
        "</course>\n"
    )


def _module(number):
    choices = "".join(_choice(question) for question in questions(number))
    return (
        f'    <module id="m{number}" minutes="5">\n      <title>Part {number}</title>\n      <text>{PARAGRAPH}</text>\n'
        f"{choices}    </module>\n"
    )


def _choice(name):
    return (
        f'      <choice id="{name}">\n        <text>What is right, in case {name}?</text>\n'
        "        <option>Run <feedback>No: walk.</feedback></option>\n"
        '        <option correct="yes">Walk <feedback>Right: walk.</feedback></option>\n'
        "        <option>Wait until somebody comes</option>\n"
        "      </choice>\n"
    )
