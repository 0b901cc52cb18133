namespace TorchSharp;

// Activation functions as methods.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor relu() => Aten.relu.Tensor(this);

        public Tensor relu_() => Aten.relu_.InPlace(this);

        public Tensor leaky_relu(Scalar negative_slope) => Aten.leaky_relu.Tensor(this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope) => Aten.leaky_relu_.InPlace(this, negative_slope);

        public Tensor elu(double alpha = 1) => Aten.elu.Tensor(this, alpha);

        public Tensor gelu() => Aten.gelu.Tensor(this);

        public Tensor silu() => Aten.silu.Tensor(this);

        public Tensor softplus(double beta = 1, double threshold = 20) => Aten.softplus.Tensor(this, beta, threshold);

        public Tensor log_sigmoid() => Aten.log_sigmoid.Tensor(this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.softmax_int.Tensor(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.log_softmax_int.Tensor(this, dim, dtype);
    }

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
}
