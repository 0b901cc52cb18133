namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Aten.linear.Tensor(input, weights, bias);

            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Aten.conv1d.Tensor(input, weight, bias, new[] { stride ?? 1 }, new[] { padding ?? 0 }, new[] { dilation ?? 1 }, groups);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? Aten.relu_.InPlace(x) : Aten.relu.Tensor(x);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) => inplace
                ? Aten.leaky_relu_.InPlace(input, negative_slope)
                : Aten.leaky_relu.Tensor(input, negative_slope);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? Aten.elu_.InPlace(x, alpha) : Aten.elu.Tensor(x, alpha);

            public static Tensor gelu(Tensor x) => Aten.gelu.Tensor(x);

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? Aten.gelu_.InPlace(x) : Aten.gelu.Tensor(x);

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false) => inplace
                ? Aten.gelu_.InPlace(x, approximate.ToString())
                : Aten.gelu.Tensor(x, approximate.ToString());

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? Aten.silu_.InPlace(x) : Aten.silu.Tensor(x);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Aten.softplus.Tensor(x, beta, threshold);

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            public static Tensor logsigmoid(Tensor x) => Aten.log_sigmoid.Tensor(x);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor glu(Tensor input, long dim = -1) => Aten.glu.Tensor(input, dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace
                ? Aten.dropout_.InPlace(input, p, training)
                : Aten.dropout.Tensor(input, p, training);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Aten.layer_norm.Tensor(input, normalized_shape, weight, bias, eps);

            public static Tensor batch_norm(
                Tensor input, Tensor running_mean, Tensor running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-05) =>
                Aten.batch_norm.Tensor(input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var scope = NewDisposeScope();
                var length = linalg.vector_norm(input, p, [dim], keepdim: true).clamp_min(eps);
                return (input / length).MoveToOuterDisposeScope();
            }

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.one_hot.Tensor(x, num_classes);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant => Aten.constant_pad_nd.Tensor(input, pad, value),
                PaddingModes.Zeros => Aten.constant_pad_nd.Tensor(input, pad, 0L),
                _ => Aten.pad.Tensor(input, pad, mode.ToString().ToLowerInvariant()),
            };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            /// <summary>
            /// Softmax of the scaled products of queries and keys, times the values; written out, since libtorch 1.13 has no
            /// public operator for it. A mask of truth values says which pairs take part; one of numbers is added.
            /// </summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (is_casual && attn_mask is not null)
                {
                    throw new ArgumentException("Give a mask, or ask for causal attention, not both.");
                }

                using var scope = NewDisposeScope();
                var scores = (query / Math.Sqrt(query.shape[^1])).matmul(key.transpose(-2, -1));
                if (is_casual)
                {
                    attn_mask = ones(query.shape[^2], key.shape[^2], ScalarType.Bool, query.device).tril();
                }

                if (attn_mask is not null)
                {
                    scores = attn_mask.dtype == ScalarType.Bool ? scores.masked_fill(attn_mask.logical_not(), double.NegativeInfinity) : scores + attn_mask;
                }

                var weights = scores.softmax(-1);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.mse_loss.Tensor(input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.l1_loss.Tensor(input, target, (long)reduction);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
                Aten.smooth_l1_loss.Tensor(input, target, (long)reduction, beta);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Aten.nll_loss_nd.Tensor(input, target, weight, (long)reduction);

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                Aten.cross_entropy_loss.Tensor(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Aten.binary_cross_entropy.Tensor(input, target, weight, (long)reduction);

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Aten.binary_cross_entropy_with_logits.Tensor(input, target, weight, pos_weights, (long)reduction);
        }
    }
}
