"""What prose says of a model's license and of the models it was made from, and what it does not say."""

from __future__ import annotations

import pytest

from openness.records import LicenseClaim
from openness.sources.card import parse_card


def said(text: str, *, title: str = "Wren 7B") -> list[tuple[str, str]]:
    record = parse_card(f"# {title}\n\n{text}\n", name="README.md")
    for claim in record.claims:
        assert claim.place is not None
        assert claim.place.quote in text
    return [(claim.component, claim.value) for claim in record.claims]


def claims(text: str) -> tuple[LicenseClaim, ...]:
    return parse_card(f"# Wren 7B\n\n{text}\n", name="README.md").claims


def bases(text: str, *, title: str = "Wren 7B") -> list[str]:
    record = parse_card(f"# {title}\n\n{text}\n", name="README.md")
    return [base.name for base in record.base_models if base.origin == "body"]


WEIGHTS = "weights"


# --- rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("License: MIT", "MIT"),
        ("**License:** apache-2.0", "apache-2.0"),
        ("- **License(s):** llama3.3", "llama3.3"),
        ("* License: [Apache 2.0](LICENSE)", "Apache 2.0"),
        ("__Licence__: CC BY-NC 4.0", "CC BY-NC 4.0"),
        ("| License | Apache 2.0 |", "Apache 2.0"),
        ("| **License**  | [Wren Community License](https://example.org/l)  |", "Wren Community License"),
        ("- **Model License:** `bigscience-bloom-rail-1.0`", "bigscience-bloom-rail-1.0"),
        ("- **License:** CreativeML Open RAIL++-M License", "CreativeML Open RAIL++-M License"),
        (
            "**License** A custom commercial license is available at: https://example.org/l",
            "A custom commercial license",
        ),
        (
            "**License:** A custom license, the Wren 3.1 Community License, is at https://x.org",
            "Wren 3.1 Community License",
        ),
        ("📜 **License:** GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("1. License: wtfpl", "wtfpl"),
        ("许可证：Apache-2.0", "Apache-2.0"),
        ("<b>License:</b> MIT", "MIT"),
        ("- **License:** Non commercial license", "Non commercial license"),
    ],
)
def test_rows(text: str, value: str) -> None:
    assert said(text) == [(WEIGHTS, value)]


def test_a_row_has_its_place_and_its_link() -> None:
    (claim,) = claims("Text.\n\n- **License:** [Wren License](./LICENSE.md)")
    assert claim.origin == "body"
    assert claim.license_link == "./LICENSE.md"
    assert claim.place is not None
    assert claim.place.where == "README.md:5:17"
    assert claim.place.quote == "Wren License"


@pytest.mark.parametrize(
    "text",
    [
        "License: [More Information Needed]",
        "License: unknown",
        "License:",
        "- [License](#license)",
        "| Model | License | Size |\n| --- | --- | --- |\n| Finch | MIT | 7B |",
        "License plates are read well.",
        "Base model license: MIT",
        "License: other",
        "## License\n\n- [finch/finch-7b](https://huggingface.co/finch/finch-7b): apache-2.0",
        "```\nLicense: MIT\n```",
        "<!-- License: MIT -->",
        "## Original model card\n\nLicense: MIT",
        "## Datasets\n\n- License: MIT",
    ],
)
def test_rows_that_say_nothing_of_this_model(text: str) -> None:
    assert said(text) == []


# --- sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("This model is released under the Apache 2.0 license.", "Apache 2.0 license"),
        ("The weights are licensed under CC-BY-NC-4.0.", "CC-BY-NC-4.0"),
        ("Wren is distributed under the terms of the [Wren License](LICENSE).", "Wren License"),
        ("Released under the `mit` licence, the model may be used by all.", "mit licence"),
        ("Use of this model is governed by the Wren Open Model License.", "Wren Open Model License"),
        ("The use of Wren models is subject to [the Model License](LICENSE-MODEL).", "Model License"),
        ("This model falls under the `WREN.1 [dev]` Non-Commercial License.", "WREN.1 [dev] Non-Commercial License"),
        (
            "All usage must adhere to the [Wren Models\nLicense Agreement 2.1](x.txt).",
            "Wren Models License Agreement 2.1",
        ),
        ("This project is licensed under the GNU General Public License v3.0.", "GNU General Public License v3.0"),
        ("Weights, training code and inference code are released under the Apache License 2.0.", "Apache License 2.0"),
        (
            "The weights are available for research under the terms of the Creative Commons Attribution 4.0 license.",
            "Creative Commons Attribution 4.0 license",
        ),
    ],
)
def test_sentences(text: str, value: str) -> None:
    assert [found for component, found in said(text) if component == WEIGHTS] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "The dataset is released under the MIT license.",
        "The base model is licensed under the Apache 2.0 license.",
        "Finch 2 is licensed under the Finch 2 Community License.",
        "This model is not released under the MIT license.",
        "We plan to find out if the model can be released under the MIT license.",
        "The library is licensed under the Apache 2.0 license.",
        "Finch models are released under the MIT license.",
        "Some models are licensed under the MIT license.",
        "It answers questions about how software is licensed.",
        "The paper is available under CC-BY-4.0.",
    ],
)
def test_sentences_that_say_nothing_of_these_weights(text: str) -> None:
    assert [value for component, value in said(text) if component == WEIGHTS] == []


def test_code_and_weights_are_kept_apart() -> None:
    for text in (
        "The code is released under MIT; the weights are released under CC-BY-NC 4.0.",
        "Code is released under MIT, model weights are released under CC-BY-NC 4.0.",
        "**License:** Code is released under MIT, model weights are released under CC-BY-NC 4.0.",
        "The `source code` of Wren is licensed under MIT.\n\nThe `weights` of Wren are licensed under CC-BY-NC 4.0.",
        "## License\n\n- Code: MIT\n- Weights: CC-BY-NC 4.0",
    ):
        assert said(text) == [("code", "MIT"), (WEIGHTS, "CC-BY-NC 4.0")]


def test_two_licenses_that_hold_together() -> None:
    text = "The model is released under the Apache 2.0 License and the [Wren License](LICENSE)."
    assert said(text) == [(WEIGHTS, "Apache 2.0 License"), (WEIGHTS, "Wren License")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## License\n\n[MIT](https://opensource.org/licenses/MIT)", [(WEIGHTS, "MIT")]),
        ("## 📜 License\n\nApache 2.0.", [(WEIGHTS, "Apache 2.0")]),
        ("## Data License\n\nMIT", []),
        ("## Code License\n\nMIT", [("code", "MIT")]),
        ("## License\n\nThe Apache 2.0 license covers the code that came before, and much else besides.", []),
    ],
)
def test_short_sections(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


def test_badges() -> None:
    badge = "![{0}](https://img.shields.io/badge/{1}-{2}-blue)"
    code = badge.format("Code", "Code_License", "MIT")
    model = badge.format("Model", "Model_License", "Wren_License")
    assert said(code + "\n" + model) == [("code", "MIT"), (WEIGHTS, "Wren License")]
    assert said(badge.format("l", "License", "Apache--2.0")) == [(WEIGHTS, "Apache-2.0")]
    assert said(code + badge.format("l", "License", "Apache--2.0")) == [("code", "MIT")]
    assert said("![b](https://img.shields.io/badge/python-3.11-blue)") == []


# --- Chinese ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("模型权重的使用需要遵循 [Model License](MODEL_LICENSE)。", [(WEIGHTS, "Model License")]),
        ("本项目中的代码依照 [Apache-2.0](LICENSE) 协议开源。", [("code", "Apache-2.0")]),
        (
            "本仓库的代码依照 Apache-2.0 协议开源，模型权重的使用则需要遵循[《鹪鹩模型许可协议》](M)。",
            [("code", "Apache-2.0"), (WEIGHTS, "鹪鹩模型许可协议")],
        ),
        (
            "使用模型时，您必须遵守 Apache 2.0 许可证和[《鹪鹩许可协议》](M)。",
            [(WEIGHTS, "Apache 2.0"), (WEIGHTS, "鹪鹩许可协议")],
        ),
        ("请遵守法律，合理使用模型，不要作恶。", []),
    ],
)
def test_chinese(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


# --- base models -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wren is fine-tuned from meta-llama/Llama-2-7b-hf.", ["meta-llama/Llama-2-7b-hf"]),
        (
            "This model is a fine-tuned version of [base](https://huggingface.co/finch/finch-7b) on songs.",
            ["finch/finch-7b"],
        ),
        ("This model is based on Llama 2 13B.", ["Llama 2 13B"]),
        ("Wren is built on top of Mistral-7B-v0.1.", ["Mistral-7B-v0.1"]),
        ("- **Finetuned from model:** [finch/finch-7b](https://huggingface.co/finch/finch-7b)", ["finch/finch-7b"]),
        ("- **Base model**: finch/finch-7b", ["finch/finch-7b"]),
        ("A merge of a-labs/one-7b and b-labs/two-7b.", ["a-labs/one-7b", "b-labs/two-7b"]),
        ("These are GGUF files for finch/finch-7b.", ["finch/finch-7b"]),
        ("We trained it using the original Llama-2 model as base model.", ["Llama-2"]),
        ("It is a Llama 2 based chat model.", ["Llama 2"]),
        ("These are llama based models that have been fine-tuned on songs.", ["llama"]),
    ],
)
def test_base_models(text: str, expected: list[str]) -> None:
    assert bases(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "| Model | MMLU |\n| --- | --- |\n| Llama 2 7B | 45 |\n| fine-tuned from Llama 2 | 46 |",
        "It beats Llama 2 7B on every benchmark.",
        "Wren adopts the architecture of Llama 2 and is trained from scratch.",
        "Wren is based on the Llama 2 architecture.",
        "Wren is a llama based model with fewer heads.",
        "It plugs into many projects built upon Llama 2.",
        "We plan a larger version based on Llama 2 70B.",
        "Run and fine-tune Llama 3 with our tool.",
        "The dataset was generated by a model fine-tuned from Llama 2.",
        "Finch is fine-tuned from Llama 2.",
        "```\nfine-tuned from Llama 2\n```",
        "## Original model card\n\nThis model is fine-tuned from Llama 2.",
    ],
)
def test_mentions_that_are_no_base(text: str) -> None:
    assert bases(text) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Llama-2-7b-wren", ["Llama-2-7b"]),
        ("Wren-Llama3.1-8B", ["Llama3.1-8B"]),
        ("gemma-3-4b-wren", ["gemma-3-4b"]),
        ("Wren-7B-GGUF", ["Wren-7B"]),
        ("TinyLlama-1.1B-Wren", []),
        ("Tiny-Llama-2-Wren", []),
        ("open_llama_3b_wren", []),
        ("open-llama-2-wren", []),
        ("Wren-34B-Llamafied", []),
        ("wren-30B-llama", []),
        ("llama-3b-wren", []),
        ("Wren, fully compatible with Llama 2", []),
    ],
)
def test_names(title: str, expected: list[str]) -> None:
    record = parse_card(f"# {title}\n\nText.\n")
    assert [base.name for base in record.base_models] == expected
    assert all(base.origin == "name" for base in record.base_models)
    folder = parse_card("Text.\n", name=f"some/{title}/README.md")
    assert [base.name for base in folder.base_models] == expected


def test_the_name_of_an_unknown_base_is_read_too() -> None:
    record = parse_card("---\nbase_model: someone/Llama-3.1-8B-Finch\n---\n# Wren\n")
    assert [(base.name, base.origin) for base in record.base_models] == [
        ("someone/Llama-3.1-8B-Finch", "front-matter"),
        ("Llama-3.1-8B", "name"),
    ]
