import type { Language } from './language.ts';

/**
 * Every sentence that clients are shown, in each language. `say` fills in `{name}`. Sentences of simplejwt and Django
 * REST Framework are kept as they are, because clients compare them.
 */
const wording = {
  // answers
  logged_in: ['Login successful', '登录成功'],
  logged_in_first: [
    'Login successful. No password works any more: choose one, with a link or a code from /password/forgot/.',
    '登录成功。原密码已失效，请通过 /password/forgot/ 发送的链接或验证码设置新密码。',
  ],
  // whole problems
  malformed_request: ['The request could not be read', '请求无法解析'],
  malformed_json: ['JSON parse error', 'JSON 解析错误'],
  malformed_text: ['The body is not valid UTF-8', '请求正文不是有效的 UTF-8'],
  malformed_multipart: ['Multipart form parse error', 'multipart 表单解析错误'],
  validation_failed: ['Some fields are not valid', '部分字段无效'],
  validation_failed_detail: ['See errors for what to change, field by field.', '请参阅 errors 中各字段的说明。'],
  identifier_taken: ['Already registered', '已被注册'],
  identifier_taken_detail: ['Another account already uses one of these.', '其中之一已被他人使用。'],
  not_authenticated: ['Not signed in', '未登录'],
  not_authenticated_detail: ['Authentication credentials were not provided.', '未提供身份认证信息。'],
  bad_authorization_header: ['The Authorization header is not valid', 'Authorization 请求头无效'],
  bad_authorization_header_detail: [
    'Authorization header must contain two space-delimited values',
    'Authorization 请求头必须包含两个以空格分隔的值',
  ],
  bad_basic_header_detail: [
    'Invalid basic header. Credentials not correctly base64 encoded.',
    'Basic 请求头无效：凭据未正确进行 base64 编码。',
  ],
  no_active_account: ['Not signed in', '登录失败'],
  no_active_account_detail: ['No active account found with the given credentials', '未找到与所给凭据匹配的有效账户'],
  no_active_account_for_token: ['No active account found for the given token.', '未找到与该令牌对应的有效账户。'],
  token_not_valid: ['The token was refused', '令牌被拒绝'],
  token_invalid: ['Token is invalid', '令牌无效'],
  token_expired: ['Token is expired', '令牌已过期'],
  token_wrong_type: ['Token has wrong type', '令牌类型错误'],
  token_blacklisted: ['Token is blacklisted', '令牌已被列入黑名单'],
  token_claim_missing: ["Token has no '{claim}' claim", '令牌缺少“{claim}”声明'],
  token_claim_expired: ["Token '{claim}' claim has expired", '令牌的“{claim}”声明已过期'],
  user_not_found: ['User not found', '用户不存在'],
  user_inactive: ['User is inactive', '用户未激活'],
  permission_denied: ['Not allowed', '没有权限'],
  permission_denied_detail: ['You do not have permission to perform this action.', '您没有执行该操作的权限。'],
  fresh_login_required: ['Sign in again first', '请先重新登录'],
  fresh_login_required_detail: [
    'Your sign-in is too old for this. Sign in again and repeat the request.',
    '距离上次登录时间过长，请重新登录后再试。',
  ],
  csrf_failed: ['The request did not come from an allowed page', '请求并非来自受信任的页面'],
  csrf_failed_detail: ['CSRF Failed: Origin checking failed.', 'CSRF 验证失败：来源校验未通过。'],
  not_found: ['Not found', '未找到'],
  not_found_detail: ['Not found.', '未找到。'],
  api_tokens_off: ['This service has no API tokens.', '此处不提供 API 令牌。'],
  too_many_api_tokens: ['Too many API tokens', 'API 令牌过多'],
  too_many_api_tokens_detail: [
    'You have {limit} API tokens, which is the maximum. Revoke one first.',
    '您已持有 {limit} 个 API 令牌，达到上限，请先撤销其中一个。',
  ],
  unsupported_query: ['The query is not supported', '不支持该查询'],
  unsupported_query_detail: [
    'These parameters are supported, each once, with one filter at a time: {parameters}.',
    '可用的查询参数如下，每个仅限一次，筛选条件每次一个：{parameters}。',
  ],
  invalid_cursor: ['The page could not be found', '分页游标无效'],
  invalid_cursor_detail: [
    'The cursor is invalid or belongs to another query. Start with the first page.',
    '游标无效或属于其他查询，请从第一页重新开始。',
  ],
  precondition_failed: ['Changed in the meantime', '内容已被修改'],
  precondition_failed_detail: ['The current version does not match If-Match. Read it again.', '内容与 If-Match 不符，请重新读取。'],
  malformed_if_match: ['If-Match must be * or quoted entity tags.', 'If-Match 必须为 * 或带引号的实体标签。'],
  request_too_large: ['The request is too large', '请求过大'],
  request_too_large_detail: ['A body may be at most {limit} bytes.', '请求正文最多 {limit} 字节。'],
  image_too_large: ['The picture is too large', '图片过大'],
  image_too_large_detail: ['A picture may be at most {limit} bytes.', '图片最多 {limit} 字节。'],
  invalid_image: ['The picture could not be read', '图片无法读取'],
  invalid_image_detail: [
    'Send one whole JPEG, PNG, WebP or GIF of at most {side} by {side} pixels.',
    '请上传一张完整的 JPEG、PNG、WebP 或 GIF 图片，边长不超过 {side} 像素。',
  ],
  human_check_required: ['A human check is required', '请完成人机验证'],
  human_check_required_detail: [
    'Send captcha_id and captcha_text, or a solved challenge as altcha. The members captcha and challenge say where to get them.',
    '请提交图片验证码（captcha_id 与 captcha_text），或已完成的验证 altcha。',
  ],
  human_check_failed: ['The human check failed', '人机验证未通过'],
  human_check_failed_detail: [
    'The answer is wrong, expired or already used. Get a new one.',
    '验证内容错误、已过期或已被使用，请重新获取。',
  ],
  unsupported_media_type: ['Unsupported media type', '不支持的媒体类型'],
  unsupported_media_type_detail: ['Unsupported media type "{type}" in request.', '请求中的媒体类型“{type}”不受支持。'],
  throttled: ['Too many requests', '请求过于频繁'],
  throttled_detail: ['Request was throttled. Expected available in {seconds} seconds.', '请求被限流，请在 {seconds} 秒后重试。'],
  unavailable: ['Temporarily unavailable', '服务暂不可用'],
  unavailable_detail: ['A service that Gatehouse depends on did not answer. Try again shortly.', '所依赖的服务没有响应，请稍后重试。'],
  internal_error: ['Internal error', '内部错误'],
  internal_error_detail: ['Something went wrong. Quote the instance when you report it.', '服务出错，报告时请附上 instance。'],
  // fields
  no_data: ['No data provided', '没有提供数据'],
  not_a_dictionary: ['Invalid data. Expected a dictionary, but got {type}.', '无效数据。期待为字典类型，得到的是 {type}。'],
  required: ['This field is required.', '该字段是必填项。'],
  blank: ['This field may not be blank.', '该字段不能为空。'],
  null: ['This field may not be null.', '该字段不能为 null。'],
  not_a_string: ['Not a valid string.', '不是有效的字符串。'],
  not_a_boolean: ['Must be a valid boolean.', '必须是有效的布尔值。'],
  not_a_choice: ['Choose one of {choices}.', '请选择以下之一：{choices}。'],
  too_long: ['Ensure this field has no more than {limit} characters.', '该字段最多 {limit} 个字符。'],
  not_a_number: ['A valid number is required.', '请填写有效的数字。'],
  not_an_integer: ['A valid integer is required.', '请填写有效的整数。'],
  too_small: ['Ensure this value is greater than or equal to {limit}.', '该值不得小于 {limit}。'],
  too_large: ['Ensure this value is less than or equal to {limit}.', '该值不得大于 {limit}。'],
  null_characters: ['Null characters are not allowed.', '不允许使用空字符。'],
  surrogates: ['Surrogate characters are not allowed: {code_point}.', '不允许使用代理字符：{code_point}。'],
  control_characters: ['Control characters are not allowed.', '不允许使用控制字符。'],
  invalid_username: [
    'Enter a valid username: 2 to 32 letters, digits or . _ - with at least one letter.',
    '请输入有效的用户名：2 至 32 个字母、数字或 . _ -，且至少包含一个字母。',
  ],
  reserved_username: ['This username is reserved.', '该用户名为保留名称。'],
  invalid_email: ['Enter a valid email address.', '请输入有效的邮箱地址。'],
  email_not_ascii: [
    'Before the @ only letters a to z, digits and marks such as . _ + - are allowed.',
    '@ 之前只能使用英文字母、数字及 . _ + - 等符号。',
  ],
  invalid_mobile: ['Enter a valid mobile number.', '请输入有效的手机号码。'],
  country_not_served: ['No messages are sent to numbers of this country.', '暂不支持向该国家或地区的号码发送短信。'],
  wrong_code: ['This code is wrong, or no longer valid. Ask for another one.', '验证码错误或已失效，请重新获取。'],
  no_such_address: ['You have no address for this channel.', '您尚未填写该渠道的地址。'],
  address_by_code: [
    'Here an address has to be proved: change it with the code that /users/{id}/{kind}/ sends to it.',
    '此处的地址必须经过验证：请使用 /users/{id}/{kind}/ 发送的验证码进行更改。',
  ],
  address_unproved: [
    'Here an address has to be proved: name it in proved if you know that it is theirs.',
    '此处的地址必须经过验证：如已确认属于本人，请在 proved 中注明。',
  ],
  email_unproved: [
    'Here people are named by their e-mail address, and yours is not proved. Sign in with a code that was sent to it.',
    '此服务以邮箱标识用户，而您的邮箱尚未验证，请使用发送到该邮箱的验证码登录。',
  ],
  address_unchanged: ['This is your address already.', '该地址与当前地址相同。'],
  password_wrong: ['The password is wrong.', '密码不正确。'],
  wrong_link: ['This link is wrong, or no longer valid.', '该链接无效或已失效。'],
  username_taken: ['A user with that username already exists.', '该用户名已被使用。'],
  email_taken: ['A user with that email already exists.', '该邮箱已被使用。'],
  mobile_taken: ['A user with that mobile already exists.', '该手机号已被使用。'],
  password_too_short: ['This password is too short. It must contain at least {limit} characters.', '密码过短，至少需要 {limit} 个字符。'],
  password_too_long: ['This password is too long. It must contain at most {limit} characters.', '密码过长，最多 {limit} 个字符。'],
  password_too_common: ['This password is too common.', '该密码过于常见。'],
  password_is_identifier: ['The password is too similar to the {field}.', '密码与{field}过于相似。'],
  password_is_context: ['The password is made of your names or those of this service.', '密码由您或本服务的名称组成。'],
  password_entirely_numeric: ['This password is entirely numeric.', '密码只包含数字。'],
  password_breached: ['This password is known from a data breach. Use another one everywhere.', '该密码已泄露，请在所有地方更换。'],
  password_mismatch: ['The two password fields didn’t match.', '两次输入的密码不一致。'],
  old_password_wrong: ['Your old password was entered incorrectly. Please enter it again.', '旧密码不正确，请重新输入。'],
  password_unchanged: ['The new password must differ from the old one.', '新密码不能与旧密码相同。'],
  identifier_required: ['Give a username, an email or a mobile.', '请填写用户名、邮箱或手机号。'],
  cookies_off: ['This service does not set cookies.', '该服务不使用 Cookie。'],
  no_cookies_here: ['This endpoint does not set cookies.', '此处不设置 Cookie。'],
  captcha_required: ['Type the characters in the picture.', '请输入图片中的字符。'],
  captcha_wrong: ['The characters are wrong, or the picture has expired.', '验证码错误或已过期。'],
  not_an_object: ['Expected an object.', '应为对象。'],
  not_a_list: ['Expected a list of items.', '应为列表。'],
  not_an_instant: [
    'Give a date and time with its offset, such as 2030-01-31T12:00:00Z.',
    '请填写带时区的日期时间，例如 2030-01-31T12:00:00Z。',
  ],
  not_ahead: ['The time must be in the future.', '请填写将来的时间。'],
  invalid_role: ['A role has 1 to 64 characters.', '角色名称为 1 至 64 个字符。'],
  too_many_roles: ['A user can have at most {limit} roles, with {bytes} bytes in total.', '最多 {limit} 个角色，共 {bytes} 字节。'],
  prefix_too_short: ['Enter at least {limit} characters.', '搜索至少需要 {limit} 个字符。'],
  mobile_prefix: ['Begin with + and the country code.', '请以 + 和国家代码开头。'],
  file_required: ['No file was submitted.', '没有提交文件。'],
} as const satisfies Record<string, readonly [en: string, zh: string]>;

/** The name of one sentence. */
export type Phrase = keyof typeof wording;
/** The values that fill a sentence's places, by name. */
export type Values = Readonly<Record<string, string | number>>;

/** Whether a text is the name of a sentence. Schemas use these names as their messages. */
export function isPhrase(text: string): text is Phrase {
  return Object.hasOwn(wording, text);
}

/** One sentence in one language, its `{places}` filled from `values`. */
export function say(phrase: Phrase, language: Language, values: Values = {}): string {
  const [english, chinese] = wording[phrase];
  const text: string = language === 'zh-CN' ? chinese : english;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
