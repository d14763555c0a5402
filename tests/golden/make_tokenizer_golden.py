#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tokenizer_golden.json: what Hugging Face tokenizers learns and encodes.

    python3 tests/golden/make_tokenizer_golden.py tests/golden/tokenizer_golden.json

Needs the package tokenizers.
Two tokenizers: "trained" is what bpe_trainer.h must learn from the same corpus
(lower case, special tokens); "plain" has no lower case, a prefix space, NFC and
merges written as "a b".
"""
import json
import random
import sys

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPECIAL = ["<pad>", "<s>", "</s>", "<a>"]


def corpus():
    rng = random.Random(7)
    things = ["dog", "cat", "red ball", "tree", "car", "bananas", "aaaa", "Pizza", "naïve café", "the sign"]
    places = ["left of", "right of", "above", "in the corner by", "on top of"]
    lines = []
    for _ in range(160):
        a, b, place = rng.choice(things), rng.choice(things), rng.choice(places)
        lines.append(rng.choice([
            f"Is the {a} {place} the {b}?",
            f"How many {a} are there? {rng.randrange(12)}",
            f"What's {place} the {b}? It's the {a}.",
            f"Where is this -- day or night?\n\tI'd say: {a}!",
        ]))
    return lines


def strings():
    rng = random.Random(11)
    hand = [
        "", " ", "  ", "   a", "a   ", "\n", "\n\na", "a\n\n b", "\t\tx \t y", "a\r\nb", "Hello, World!",
        "don't I'll we've they're he's I'd I'm", "'s 't 're 've 'm 'll 'd 'S 'T 'RE", "''s", "'", "'''", "x'sy",
        " 's", "can’t", "rock'n'roll", "12345 67 8.9", "3rd 1st x2y", "²³¼½ Ⅷ ٣٤ १२", "naïve café", "CAFÉ", "ÀÉÎÕÜ ß ẞ",
        "İstanbul I ı", "ΣΑΣ σας ΟΔΟΣ", "Привет, МИР", "日本語 テスト。", "한국어 문장", "ไทย ภาษา", "שלום עולם", "مرحبا ١٢٣",
        "👍", "👩‍👩‍👧‍👦 family", "🏳️‍🌈", "🇩🇪🇫🇷", "e\u0301 vs é", "A\u030a Å Å", "ﬁ ﬂ ｆｕｌｌ", "\u00a0nbsp\u00a0", "\u2003em\u2003space",
        "\u200bzero\u200bwidth", "\ufeffbom", "\u0085nel\u0085", "a\u2028b\u2029c", "\u3000全角\u3000", "\u180e", "\x00nul\x01", "\x0b\x0c\x1c\x1f",
        "!!!???...", "--- --> <-- ==", "$5 €10 £3", "a_b __init__", "http://x.y/z?q=1&r=2", "C++ & C#", "100%", "(a)[b]{c}", "~`^|\\",
        "<s>", "</s>", "<a>", "text <s> inside </s>", "<pad><pad>", "< s >", "<image>", "\u00ad soft", "x\u0308\u0323y",
        "aaaaaaaaaaaaaaaa", "aaaa aaaa aaaaa", "bananasbananas", "the the  the   the", "THE DOG IS LEFT OF THE CAT",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𐐀𐐁 𐐨", "\U0001f9d1\U0001f3fd", "Ǆ ǅ ǆ", "ⅰ ⅱ ①②", "ʰʱ ˈ", "ﷺ", "Z̴̡̛͓a̶l̵g̸o", "क्षि", "நி", "\u0301leading mark",
    ]
    pool = list("abcdefgh ABC 0123 '.,?!\n\t-") + ["é", "ß", "日", "👍", " ", "  ", "'s", "the ", "dog", "\u0301", "\u00a0"]
    while len(hand) < 200:
        hand.append("".join(rng.choice(pool) for _ in range(rng.randrange(1, 40))))
    hand.append("x" * 300 + " " * 50 + "is the " * 40)
    return hand


def train(vocab_size, normalizer, prefix_space, special):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def main(path):
    trained = train(350, normalizers.Lowercase(), False, SPECIAL)
    plain = train(340, normalizers.NFC(), True, ["<s>"])
    plain_json = json.loads(plain.to_str())
    plain_json["model"]["merges"] = [" ".join(pair) for pair in plain_json["model"]["merges"]]
    plain = Tokenizer.from_str(json.dumps(plain_json))
    texts = strings()
    special = [trained.encode(text, add_special_tokens=False).ids for text in texts]
    trained.encode_special_tokens = True  # special tokens in the text are plain text
    plain.encode_special_tokens = True
    document = {
        "made_by": f"tokenizers {tokenizers.__version__}",
        "corpus": corpus(),
        "special_tokens": SPECIAL,
        "vocab_size": 350,
        "trained": json.loads(trained.to_str()),
        "plain": plain_json,
        "cases": [{
            "text": text,
            "trained": trained.encode(text, add_special_tokens=False).ids,
            "trained_special": ids,
            "trained_decoded": trained.decode(trained.encode(text, add_special_tokens=False).ids),
            "plain": plain.encode(text, add_special_tokens=False).ids,
        } for text, ids in zip(texts, special)],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
