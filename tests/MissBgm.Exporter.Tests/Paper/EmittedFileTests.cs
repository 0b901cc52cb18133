using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>What holds of every emitted file.</summary>
public class EmittedFileTests
{
    private static readonly MissBgmWeights Model = Randomly.Model(3, 5, [8, 8]);

    internal static IReadOnlyDictionary<string, Func<Precision, Graph>> Graphs { get; } = new Dictionary<string, Func<Precision, Graph>>
    {
        [GraphFiles.Generator] = precision => GeneratorGraph.Build(Model.Generator, precision),
        [GraphFiles.Mask] = precision => MaskGraph.Build(Model.Mask, precision),
        [GraphFiles.Encoder] = precision => EncoderGraph.Build(Model.Encoder, precision),
        [GraphFiles.LatentGradient] = precision => LatentGradientGraph.Build(Model.Generator, precision),
        [GraphFiles.MissingGradient] = precision => MissingGradientGraph.Build(Model.Mask, precision),
        [GraphFiles.PosteriorGradient] = precision => PosteriorGradientGraph.Build(Model, precision),
        [GraphFiles.GeneratorJacobian] = precision => GeneratorJacobianGraph.Build(Model.Generator, precision),
        [GraphFiles.MapStep] = precision => MapStepGraph.Build(Model, precision),
        [GraphFiles.JointSweep] = precision => JointSweepGraph.Build(Model, 3, precision),
        [GraphFiles.GibbsSweep] = precision => GibbsSweepGraph.Build(Model, 3, precision),
    };

    public static TheoryData<string> Files() => [.. Graphs.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Versions_are_the_pinned_ones_and_every_port_is_documented_with_named_rows(string file)
    {
        var model = OnnxModel.Describe(Graphs[file](Precision.Single));
        Assert.Equal(OnnxVersions.IntermediateRepresentation, model.IrVersion);
        Assert.Equal(OnnxVersions.OperatorSet, Assert.Single(model.OpsetImport).Version);
        Assert.NotEmpty(model.Graph.DocString);
        Assert.All(model.Graph.Input.Concat(model.Graph.Output), port =>
        {
            Assert.NotEmpty(port.DocString);
            if (port.Type.TensorType.Shape.Dim.Count > 0) Assert.Equal("N", port.Type.TensorType.Shape.Dim[0].DimParam);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Names_are_unique_and_inputs_come_before_their_use(string file)
    {
        var graph = OnnxModel.Describe(Graphs[file](Precision.Single)).Graph;
        var known = graph.Input.Select(port => port.Name).Concat(graph.Initializer.Select(tensor => tensor.Name)).ToList();
        Assert.Distinct(graph.Node.Select(node => node.Name));
        foreach (var node in graph.Node)
        {
            Assert.All(node.Input, input => Assert.Contains(input, known));
            known.AddRange(node.Output);
        }

        Assert.Distinct(known);
        Assert.All(graph.Output, port => Assert.Contains(port.Name, known));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_same_weights_give_the_same_bytes(string file)
    {
        Assert.Equal(OnnxModel.Serialize(Graphs[file](Precision.Single)), OnnxModel.Serialize(Graphs[file](Precision.Single)));
        Assert.NotEqual(OnnxModel.Serialize(Graphs[file](Precision.Single)), OnnxModel.Serialize(Graphs[file](Precision.Double)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ONNX_Runtime_loads_the_file_with_the_documented_ports(string file)
    {
        var graph = Graphs[file](Precision.Single);
        using var host = new Host(graph);
        Assert.Equal(graph.Inputs.Select(port => port.Name), host.Inputs.Keys);
    }
}
