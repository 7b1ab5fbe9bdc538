"""What may be asked over HTTP: today, by the parameters a path declares."""

from typing import Any

from litestar import Request

from registry.errors import BadQuery


async def only_declared_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse every query parameter that the handler does not declare in its `opt["asks"]`.

    It runs before each request, not as a guard: for a guard the framework copies the handler every time.

    Raises:
        BadQuery: another parameter, or one given twice; or `on`, since only today is public.
    """
    if not request.scope["query_string"]:
        return
    asked = request.query_params
    if "on" in asked:
        raise BadQuery(
            "公开接口只答复今日情况，不接受 on 参数。",
            "Public answers are of today only: the parameter `on` is not accepted.",
        )
    declared = request.route_handler.opt.get("asks", ())
    if unknown := sorted(set(asked) - set(declared)):
        may = "、".join(declared) or "无"
        raise BadQuery(
            f"不认识的参数。本接口接受的参数：{may}。",
            f"Unknown parameter. This address accepts: {', '.join(declared) or 'none'}.",
            parameters=unknown,
        )
    if any(len(asked.getall(name)) > 1 for name in asked):
        raise BadQuery("同一参数只能给出一次。", "A parameter may be given once only.")
