using MissBgm.Exporter.Paper.Networks;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>A dense layer y = x W + b, by the indices of its arrays.</summary>
/// <param name="Kernel">Index of W, [Inputs, Outputs].</param>
/// <param name="Bias">Index of b, [Outputs].</param>
/// <param name="Inputs">Width of x.</param>
/// <param name="Outputs">Width of y.</param>
internal readonly record struct DenseLayer(int Kernel, int Bias, int Inputs, int Outputs)
{
    /// <summary>y, [N, Outputs], from x, [N, Inputs].</summary>
    /// <remarks>
    /// A Bayesian layer being trained is a Flipout layer (Wen et al., 2018): x M + ((x * s) D) * t + b with the kernel's mean M, one draw D
    /// of its deviation for the batch, and
    /// signs s and t of each row's own, which make the rows' kernels all but independent.
    /// </remarks>
    public Tensor Apply(ParameterBuffer parameters, Tensor x, bool trainable)
    {
        var views = parameters.Views(trainable);
        var y = views[Bias].addmm(x, views[Kernel]);
        return trainable && parameters.Posterior is { } posterior
            ? y.add(x.mul(posterior.Signs(x.shape[0], Inputs)).matmul(parameters.Deviation(Kernel)).mul(posterior.Signs(x.shape[0], Outputs)))
            : y;
    }

    /// <summary>y over the last axis of x, in the precision of W.</summary>
    /// <param name="views">The network's arrays.</param>
    /// <param name="x">[..., Inputs].</param>
    public Tensor Apply(Tensor[] views, Tensor x)
    {
        var kernel = views[Kernel];
        var flat = views[Bias].to(kernel.dtype).addmm(x.to(kernel.dtype).reshape(-1, Inputs), kernel);
        return flat.view([.. x.shape[..^1], Outputs]);
    }

    /// <summary>The layer as the exporter takes it.</summary>
    public DenseWeights Export(ParameterBuffer parameters) => new(Inputs, Outputs, parameters.ToArray(Kernel), parameters.ToArray(Bias));

    /// <summary>The equally wide layers that stand side by side in this one.</summary>
    public DenseWeights[] Export(ParameterBuffer parameters, int heads)
    {
        var (kernel, bias) = (parameters.ToArray(Kernel), parameters.ToArray(Bias));
        var (inputs, outputs, width) = (Inputs, Outputs, Outputs / heads);
        return [.. Enumerable.Range(0, heads).Select(head => new DenseWeights(
            inputs,
            width,
            [.. Enumerable.Range(0, inputs).SelectMany(row => kernel[(row * outputs + head * width)..(row * outputs + (head + 1) * width)])],
            bias[(head * width)..((head + 1) * width)]))];
    }
}
