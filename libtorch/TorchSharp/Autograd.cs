namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Alive(Native.TensorRequiresGrad(Handle));
            set => Native.Check(Alive(Native.TensorSetRequiresGrad(Handle, value)));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public bool is_leaf => Alive(Native.TensorIsLeaf(Handle));

        /// <summary>The gradient accumulated so far, as a handle of its own; setting one gives backward a place to add to.</summary>
        public Tensor? grad
        {
            get => Alive(Native.TensorGrad(Handle)) is var handle and not 0 ? new Tensor(handle) : null;
            set
            {
                Native.Check(Alive(Native.TensorSetGrad(Handle, value?.Handle ?? 0)));
                GC.KeepAlive(value);
            }
        }

        public void retain_grad() => Native.Check(Alive(Native.TensorRetainGrad(Handle)));

        public Tensor detach() => Aten.detach.Tensor(this);

        public Tensor detach_() => Aten.detach_.InPlace(this);

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }

    public static class autograd
    {
        /// <summary>
        /// The gradients of the outputs with respect to the inputs; nothing is accumulated. With allow_unused, the gradient
        /// of an input that was not used is an invalid tensor.
        /// </summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var outputHandles = stackalloc nint[outputs.Count];
            var inputHandles = stackalloc nint[inputs.Count];
            var gradHandles = stackalloc nint[grad_outputs?.Count ?? 0];
            var results = stackalloc nint[inputs.Count];
            Native.Check(Native.Grad(
                outputHandles, Fill(outputs, outputHandles), inputHandles, Fill(inputs, inputHandles),
                gradHandles, Fill(grad_outputs, gradHandles), retain_graph, create_graph, allow_unused, results));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);

            var gradients = new Tensor[inputs.Count];
            for (var i = 0; i < gradients.Length; i++)
            {
                gradients[i] = new Tensor(results[i]);
            }

            return gradients;
        }

        /// <summary>Accumulates gradients into the grad of the leaves; only of the inputs where there are any.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            var handles = stackalloc nint[tensors.Count];
            var gradHandles = stackalloc nint[grad_tensors?.Count ?? 0];
            var inputHandles = stackalloc nint[inputs?.Count ?? 0];
            Native.Check(Native.Backward(
                handles, Fill(tensors, handles), gradHandles, Fill(grad_tensors, gradHandles),
                retain_graph ?? create_graph, create_graph, inputHandles, Fill(inputs, inputHandles)));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static unsafe int Fill(IList<Tensor>? tensors, nint* handles)
        {
            var count = tensors?.Count ?? 0;
            for (var i = 0; i < count; i++)
            {
                handles[i] = tensors![i].Handle;
            }

            return count;
        }
    }

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Native.GradEnabled();

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.InferenceEnabled();

    /// <summary>Records gradients, or not, on this thread until it is disposed.</summary>
    private sealed class GradMode : IDisposable
    {
        private readonly bool _previous = Native.GradEnabled();

        public GradMode(bool enabled) => Native.SetGradEnabled(enabled);

        public void Dispose() => Native.SetGradEnabled(_previous);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = Native.InferenceEnter(enabled);

        public void Dispose()
        {
            if (_guard != 0)
            {
                Native.InferenceLeave(_guard);
                _guard = 0;
            }
        }
    }
}
