namespace TorchSharp.Modules;

/// <summary>The genuine class is a module; here it only carries the name of its option.</summary>
public static class GELU
{
    public enum Approximate
    {
        none,
        tanh,
    }
}
