#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference outputs of transformers for our networks, with random weights.

Writes clip_golden, llama_golden and attention_golden.safetensors beside this script:
weights in bfloat16 under the names of a checkpoint folder (computed with in
float32, where they are exact), inputs and expected outputs under "golden." in
float32. The files' metadata hold the versions and the configurations.

    pip install torch==2.11.0 transformers==5.23.0 safetensors
    python3 tests/golden/make_network_golden.py
"""

import json
import pathlib

import safetensors
import safetensors.torch
import torch
import transformers
from transformers import CLIPTextConfig, CLIPTextModel, CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
MARGIN = 1e-2  # between the best two logits: far above what summation order can change
STEPS = 64

VISION = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, image_size=40,
              patch_size=8, projection_dim=48, layer_norm_eps=1e-5)
TEXT = dict(vocab_size=90, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
            max_position_embeddings=24, projection_dim=48, layer_norm_eps=1e-5, bos_token_id=1, eos_token_id=3,
            pad_token_id=0)
LLAMA = dict(vocab_size=128, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=False)


def randomise(model, seed, scale):
    """Weights from one generator in name order, rounded to bfloat16."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim == 1 and name.endswith("weight"):  # norms
                values = 1 + 0.1 * values
            elif parameter.ndim == 1:  # biases, class embedding
                values = 0.1 * values
            elif "embedding" in name or "embed_tokens" in name:
                values = 0.5 * values
            else:
                values = values * scale / parameter.shape[-1] ** 0.5
            parameter.copy_(values.bfloat16().float())
    return model.eval()


def named(model, prefix, inner):
    """state_dict under historic names: transformers 5 dropped the inner scope."""
    return {prefix + inner + name.removeprefix(inner): value.bfloat16()
            for name, value in model.state_dict().items() if "position_ids" not in name}


def normalise(x):
    return x / x.norm(dim=-1, keepdim=True)


def clip_golden():
    generator = torch.Generator().manual_seed(11)
    projection = (torch.randn(48, 64, generator=generator) / 8).bfloat16().float()
    text_projection = (torch.randn(48, 64, generator=generator) / 8).bfloat16().float()
    tensors = {"text_tower.visual_projection.weight": projection.bfloat16(),
               "text_tower.text_projection.weight": text_projection.bfloat16(),
               "golden.pixels": torch.randn(2, 3, 40, 40, generator=generator)}
    ids = torch.randint(4, 90, (3, 12), generator=generator)
    ids[:, 0] = 1
    eos = torch.tensor([5, 11, 8])
    for row, end in enumerate(eos):
        ids[row, end] = 3
        ids[row, end + 1:] = 0
    tensors["golden.ids"], tensors["golden.eos_index"] = ids, eos
    for activation in ("quick_gelu", "gelu"):
        vision = CLIPVisionModel(CLIPVisionConfig(**VISION, hidden_act=activation, attn_implementation="eager"))
        text = CLIPTextModel(CLIPTextConfig(**TEXT, hidden_act=activation, attn_implementation="eager"))
        randomise(vision, 1, 1.5)
        randomise(text, 2, 1.5)
        tensors |= named(vision, "vision_tower.", "vision_model.") | named(text, "text_tower.", "text_model.")
        post_norm = getattr(vision, "vision_model", vision).post_layernorm
        with torch.no_grad():
            seen = vision(tensors["golden.pixels"], output_hidden_states=True, output_attentions=True)
            read = text(ids)
        last = seen.hidden_states[-1]
        assert torch.equal(post_norm(last[:, 0]), seen.pooler_output)
        expected = {"rows": seen.hidden_states[-2][:, 1:], "class_row": seen.hidden_states[-2][:, 0],
                    "class_attention": seen.attentions[-1].mean(1)[:, 0, 1:], "last": last,
                    "joint_patches": normalise(post_norm(last[:, 1:]) @ projection.T),
                    "text_eos": read.pooler_output, "text_joint": normalise(read.pooler_output @ text_projection.T)}
        for name, value in expected.items():
            tensors[f"golden.{activation}.{name}"] = value.detach().contiguous()
    return tensors, {"vision_config": VISION, "clip_text_config": TEXT}


def greedy(model, embeddings):
    """Prefill and STEPS greedy tokens with transformers' cache."""
    tokens, logits = [], []
    with torch.no_grad():
        first = step = model(inputs_embeds=embeddings, use_cache=True, output_hidden_states=True)
        for _ in range(STEPS):
            logits.append(step.logits[0, -1])
            tokens.append(int(logits[-1].argmax()))
            step = model(input_ids=torch.tensor([tokens[-1:]]), past_key_values=step.past_key_values, use_cache=True)
    return first, tokens, torch.stack(logits)


def llama_golden():
    embeddings = torch.randn(1, 20, 64, generator=torch.Generator().manual_seed(4))
    for seed in range(100):  # the first with a margin that makes "equal tokens" mean something
        model = randomise(LlamaForCausalLM(LlamaConfig(**LLAMA)), seed, 2.5)
        first, tokens, logits = greedy(model, embeddings)
        best = logits.topk(2).values
        margin = float((best[:, 0] - best[:, 1]).min())
        if margin >= MARGIN and len(set(tokens)) >= STEPS // 4:
            break
    assert margin >= MARGIN and len(set(tokens)) >= STEPS // 4, "no seed has a margin: change the scale"
    print(f"llama: seed {seed}, smallest margin {margin:.4f}, {len(set(tokens))} different tokens")
    tensors = named(model, "language_model.", "")
    tensors |= {"golden.embeddings": embeddings, "golden.hidden": first.hidden_states[-1].contiguous(),
                "golden.prefill_logits": first.logits.contiguous(), "golden.tokens": torch.tensor(tokens),
                "golden.step_logits": logits}
    return tensors, {"text_config": LLAMA, "seed": seed, "margin": margin}


def attention_golden():
    """Attention weights of the row that chose each greedy token, of every layer and
    head, over the first 20 columns (the prompt): eager attention of transformers."""
    steps = 8
    stored = safetensors.torch.load_file(HERE / "llama_golden.safetensors")
    model = LlamaForCausalLM(LlamaConfig(**LLAMA, attn_implementation="eager")).eval()
    weights = {name.removeprefix("language_model."): value.float() for name, value in stored.items()
               if name.startswith("language_model.")}
    model.load_state_dict(weights, strict=True)
    rows, tokens = [], []
    with torch.no_grad():
        step = model(inputs_embeds=stored["golden.embeddings"], use_cache=True, output_attentions=True)
        for _ in range(steps):
            rows.append(torch.stack([layer[0, :, -1, :20] for layer in step.attentions]))
            tokens.append(int(step.logits[0, -1].argmax()))
            step = model(input_ids=torch.tensor([tokens[-1:]]), past_key_values=step.past_key_values, use_cache=True,
                         output_attentions=True)
    assert tokens == stored["golden.tokens"][:steps].tolist()
    return {"golden.attention": torch.stack(rows)}, {"text_config": LLAMA}  # [steps, layers, heads, 20]


def write(name, tensors, config):
    metadata = {"torch": torch.__version__, "transformers": transformers.__version__,
                "safetensors": safetensors.__version__, "config": json.dumps(config)}
    file = HERE / name
    safetensors.torch.save_file({k: v.clone() for k, v in tensors.items()}, file, metadata=metadata)
    print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("clip_golden.safetensors", *clip_golden())
    write("llama_golden.safetensors", *llama_golden())
    write("attention_golden.safetensors", *attention_golden())
